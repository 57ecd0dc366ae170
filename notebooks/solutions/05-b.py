# Exercise 05-b: which share of the courses may change each hour before replacing everything is no dearer?
def break_even(courses: int, writes_of_replacing: int) -> float:
    return writes_of_replacing / courses
