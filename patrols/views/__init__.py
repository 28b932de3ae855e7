"""The pages of planners, what the plan page asks (docs/plan-exchange.md), and the crew's phone."""
