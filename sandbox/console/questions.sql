-- Which courses have the most learners here, and how many finished?
SELECT courses.title, courses.level, courses.language,
       count(*) AS learners, count(completed) AS finished
FROM enrollments
JOIN course_runs ON course_runs.id = enrollments.course_run_id
JOIN courses ON courses.key = course_runs.course_key
GROUP BY ALL ORDER BY learners DESC, title LIMIT 20;

-- What do people take after a course?
SELECT first.title AS course, next.title AS after_it, count(DISTINCT later.learner_id) AS learners
FROM enrollments AS earlier
JOIN enrollments AS later ON later.learner_id = earlier.learner_id AND later.created > earlier.created
JOIN course_runs AS run ON run.id = earlier.course_run_id
JOIN course_runs AS next_run ON next_run.id = later.course_run_id
JOIN courses AS first ON first.key = run.course_key
JOIN courses AS next ON next.key = next_run.course_key
GROUP BY ALL HAVING learners > 1 ORDER BY learners DESC, course, after_it;

-- How many courses are there by subject and level?
SELECT subject, count(*) AS courses,
       count(*) FILTER (level = 'Introductory') AS introductory,
       count(*) FILTER (level = 'Intermediate') AS intermediate,
       count(*) FILTER (level = 'Advanced') AS advanced
FROM (SELECT unnest(subjects) AS subject, level FROM courses)
GROUP BY subject ORDER BY courses DESC, subject;

-- Which courses have the longest way before them?
WITH RECURSIVE way AS (
    SELECT key, title, 0 AS steps, [key] AS path FROM courses
    UNION ALL
    SELECT courses.key, courses.title, way.steps + 1, list_append(way.path, courses.key)
    FROM way JOIN courses ON list_contains(courses.prerequisites, way.key)
    WHERE way.steps < 20 AND NOT list_contains(way.path, courses.key)
)
SELECT title, max(steps) AS steps FROM way GROUP BY key, title ORDER BY steps DESC, title LIMIT 20;

-- Which prerequisites are named that no course has?
SELECT courses.title, missing FROM courses, unnest(courses.prerequisites) AS named(missing)
WHERE missing NOT IN (SELECT key FROM courses) ORDER BY title;
