# Exercise 06-a: questions with how many courses each found. What found none? Most asked first, then A to Z.
def unanswered(log: list[tuple[str, int]]) -> list[str]:
    asked = [question for question, found in log if found == 0]
    return sorted(set(asked), key=lambda question: (-asked.count(question), question))
