package cli

import "godoctor/doctor/report"

// settingsTopic is the page about settings.
var settingsTopic = report.Topic{Name: "settings", Title: "files and variables that stand in for flags, and what only flags can say", Text: `Each counts before those in front of it: what is built in; /etc/godoctor.toml; config.toml in the godoctor directory of the user's
config directory, or the file of --config; .godoctor.toml of the project; variables; flags. --no-config leaves out all files.

  godoctor config path
  godoctor config show --origin

Flags are called in files as on the command line, with _ for -: those of all commands at the top, those of one command in a table.
Three have another name: roots for --root, branches for --no-branches, and what 'godoctor' prints without a command is [status].
Lists are arrays. A path is absolute or begins with ~/.

  color = "never"
  roots = ["~/src", "/srv/build"]

  [check]
  fail_on = "warning"

  [toolchains.get]
  sdk = true

Variables are GODOCTOR_COLOR for a flag of all commands, GODOCTOR_CHECK_FAIL_ON and GODOCTOR_TOOLCHAINS_GET_SDK for that of one. A
list is separated as PATH is; what has that separator in its name stands in a file. An empty variable says nothing.

Of lists that protect (protect, pins, ignore), of more_roots and of modfile what all files say adds up. Of all else the file counts that
counts most, as a whole: roots in config.toml replace those of /etc/godoctor.toml.

What could remove more than the command says, or without a question, is given with the command and nowhere else: --yes, --confirm,
--allow-shared, --experimental, --no-config, and what clean and repair are to remove or change. 'godoctor config show -v' lists
them with reasons. Limits of clean may be set: older_than, keep, goal and budget in [clean]. Where one of them, or its name, makes no
sense, clean removes nothing. dry_run may be switched on, and off by the flag only. [auto] is what 'godoctor clean --auto' goes by;
what it does not limit [clean] does.

Where two settings exclude each other, what is said in the place that counts more holds: --jsonl beats json = true. offline holds
wherever it is said, and is taken back by --offline=false.

.godoctor.toml of a project stands in the working directory or above it, up to the top of the repository; not in the home directory
or above that, and not where everybody may write. It comes with a clone. So it says protect, [[ignore]], skip and fail_on of [check],
fail_on of [verify], and nothing else: more is kept, and the project's own notes and warnings are not told, but counted. It can
neither have more removed, nor hide an error, or anything that lies outside of the project. A fail_on that is softer than what would
hold is told.

What makes no sense is a warning with file, line and what may have been meant, and the rest of the file counts. Where a file cannot
be read whole nothing is called unused, because what it protects is not known. /etc/godoctor.toml is not read where everybody may
write it. Windows has no such file.`}
