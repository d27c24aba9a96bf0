"""A job -> the text of a task for the Task Scheduler of Windows, which `schtasks /Create /XML` reads.

It is plain ASCII, so that it is the same in whatever encoding a shell writes it to a file.
"""

from __future__ import annotations

from datetime import datetime
from subprocess import list2cmdline  # a pure function; Windows hands a program one string, not a list
from xml.sax.saxutils import escape

from auditor.schedule.job import JITTER, Job, next_run, refuse

CREATE = "schtasks /Create /TN auditor /XML auditor.xml"
DELETE = "schtasks /Delete /TN auditor"


def task(job: Job, now: datetime) -> str:
    """`now`: what the clock of that computer shows; the task begins with the next night.

    Raises ConfigError for a % in a path: Windows puts variables in between two, and knows no way to prevent it.
    """
    for word in job.argv:
        refuse(word, "a percent sign", [c for c in word if c == "%"])
    program, *arguments = job.argv
    text = f"""\
<?xml version="1.0"?>
<!-- Save this as auditor.xml; then: {CREATE}
     To undo it: {DELETE} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>{next_run(now, job.at):%Y-%m-%dT%H:%M:%S}</StartBoundary>
      <RandomDelay>PT{int(JITTER.total_seconds() // 60)}M</RandomDelay>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(list2cmdline(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
    return text.encode("ascii", "xmlcharrefreplace").decode()
