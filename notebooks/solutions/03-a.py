# Exercise 03-a: leave out of `offered` (course keys) what was taken in any run (`taken`: run ids); keep the order.
def not_taken(offered: list[str], taken: list[str]) -> list[str]:
    keys = {run.removeprefix("course-v1:").rpartition("+")[0] for run in taken}
    return [key for key in offered if key not in keys]
