"""Services that tests start for themselves: a PostgreSQL server and a browser, from packages, without the system's."""
