# Exercise 05-a: an hour changes a share of the courses. How many write operations do 720 such hours cost?
def month_of_changes(courses: int, share: float) -> float:
    return 720 * courses * share
