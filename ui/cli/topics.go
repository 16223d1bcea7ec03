package cli

import "godoctor/doctor/report"

// topics are the pages of help that are about no command and no check.
var topics = []report.Topic{
	{Name: "accessibility", Title: "for screen readers, braille, magnifiers, and eyes that tire", Text: `With --accessible the program without a command is a conversation: numbered menus and plain questions, a line at a time, in
place of the screen. It does what the screen does: see where the disk went, choose what may go, prove, confirm, remove, take
back; check, look at a finding, mend it; list module versions, who needs them, pin; toolchains, projects, history, hashes,
settings. What was written stays as it is. Nothing is drawn, no line is written twice, and neither colour nor place says
anything that words do not: a finding begins with ERROR, WARN or NOTE.

  godoctor --accessible
  export ACCESSIBLE=1
  export GODOCTOR_ACCESSIBLE=1

ACCESSIBLE, with any value but 0 and false, is known to other programs too. Where a program cannot find out whether a screen
reader listens, and over ssh it cannot, the switch is yours. --accessible=false and --tui take it back for once.

Every question says what it takes and what it means to type nothing; that never changes the disk. A number chooses, b goes
back, ? tells again what there is to type, q or the end of the input leaves. ctrl+c stops what is being done, and leaves where
nothing is. What changes something says first what it is and how it comes back, and asks: y where all of it is made again or
can be had again, the number of things where some of it may not come back. Anything else is a no.

Long lists come in pages, of a size that is asked once; the settings change it.

With --accessible the other commands are as ever, but tell how far they are in lines that stay: when something begins, at a
quarter, at half, at three quarters, and "still working" with the figures when nothing was said for 30 seconds.
--no-progress says nothing of it, -q no hints either.

Input may come from a pipe. Then nobody can be asked, and what changes something ends with exit code 5, as the commands do,
unless --yes or --confirm N was given with it.

  printf '1\nq\n' | godoctor --accessible

What else there is: each thing that the screen does is a command as well, and the screen names it. Tables have no blank in
their first column and no colour in a pipe. NO_COLOR with any value and --color never print no colour; --ascii prints
nothing but ASCII, borders and bars included; --theme mono and --theme colorblind are for the screen.`},
	settingsTopic,
}

// topicNamed is the topic of a name, or nil.
func topicNamed(name string) *report.Topic {
	for i := range topics {
		if topics[i].Name == name {
			return &topics[i]
		}
	}
	return nil
}
