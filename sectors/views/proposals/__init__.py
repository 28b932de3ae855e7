"""The pages of perimeters: those in force, and the course of the proposals that change them."""
