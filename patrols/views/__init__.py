"""The pages of planners, and what the plan page asks (docs/plan-exchange.md)."""
