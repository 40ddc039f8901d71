"""Staff: brands, people, teams, roles, and what each may do."""
