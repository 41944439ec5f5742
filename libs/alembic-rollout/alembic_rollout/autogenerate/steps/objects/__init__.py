"""Steps of functions, views, triggers and policies that SQL files declare.

object_plan     what comes, changes, goes, and has to be made again for another's sake; in which phase
object_steps    the steps of a plan, in order
object_code     calls of the helpers, and locks
column_guards   objects that block a column's change
ddl_steps       domains and sequences of the models
"""
