"""The walls in the database: who is shown which rows, whatever the code above asks for.

``logins`` names the logins of PostgreSQL, ``operations`` raises walls in migrations, ``sql`` holds the functions
by which a wall knows who asks. Decision 0009 says how they were chosen.
"""
