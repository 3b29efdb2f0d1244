"""Letters of drawn pictures, from a font: what is deployed are their squares of gray, and no font."""
