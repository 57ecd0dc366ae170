"""The sync: Open edX course pages become course records become the search index. Run by a CronJob, hourly."""
