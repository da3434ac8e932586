"""What the acts take and the journal keeps: a world-script line without `at` and `kind`, typed and checked.

Nothing here looks into the database: whether a SKU or location exists is the acts' question.
"""
