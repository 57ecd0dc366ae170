# Exercise 01-a: the runs of an LMS as they come. Which course keys will the index hold, sorted?
def courses_of(runs: list[str]) -> list[str]:
    return sorted({run.removeprefix("course-v1:").rpartition("+")[0] for run in runs})
