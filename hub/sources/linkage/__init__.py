"""Which records are one paper, and how they become one."""
