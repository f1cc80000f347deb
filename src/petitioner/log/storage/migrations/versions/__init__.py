"""The migrations, one module for each version. A released one is never changed."""
