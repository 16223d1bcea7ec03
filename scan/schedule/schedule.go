// Package schedule tells which commands run on this machine at set times: the tables of cron and the timers of systemd.
//
// It reads the files that a user may read and nothing else. Of a command that is a script, the lines of the script are
// told too, one level deep. Nothing is parsed further: a job is a text, raw, that somebody has a look at.
//
// # Limits
//
// The cron tables of users (crontab -e) can on most systems be read by root alone. at, anacron, launchd, Windows' task
// scheduler and the schedules of desktops, containers and CI systems are not read.
package schedule

import (
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

const (
	fileMax    = 64 << 10 // of a table, a unit or a script; what is larger is not read
	filesMax   = 256      // in one directory
	commandMax = 4096     // bytes that are kept of a command
	jobsMax    = 10000    // of all tables and timers: a table may name one long script in each of its lines
)

// A Job is a command that is run at set times.
type Job struct {
	File    string // that has the command: a table, a unit or a script; absolute, raw
	Line    int    // in File, from 1
	By      string // the table or timer that runs it; the same as File where that has the command itself
	Command string // raw, of one line, at most 4 KiB
}

// An Input says where to look. What is empty is not looked at.
type Input struct {
	Etc    string // /etc
	Spool  string // /var/spool/cron
	Config string // of the user: ~/.config
}

// Look reads all tables and timers, in the order of their kinds and names, 10,000 jobs at most. What cannot be read is left
// out.
func Look(in Input) []Job {
	var l look
	if in.Etc != "" {
		l.table(filepath.Join(in.Etc, "crontab"), true)
		for _, file := range files(filepath.Join(in.Etc, "cron.d")) {
			l.table(file, true)
		}
		for _, often := range []string{"hourly", "daily", "weekly", "monthly"} {
			for _, file := range files(filepath.Join(in.Etc, "cron."+often)) {
				l.script(file, file)
			}
		}
		l.timers(filepath.Join(in.Etc, "systemd", "system"))
		l.timers(filepath.Join(in.Etc, "systemd", "user"))
	}
	if in.Spool != "" {
		for _, dir := range []string{in.Spool, filepath.Join(in.Spool, "crontabs"), filepath.Join(in.Spool, "tabs")} {
			for _, file := range files(dir) {
				l.table(file, false)
			}
		}
	}
	if in.Config != "" {
		l.timers(filepath.Join(in.Config, "systemd", "user"))
	}
	return l.jobs
}

type look struct{ jobs []Job }

// table reads a cron table (crontab(5)). Those of the system name the user before the command.
func (l *look) table(file string, system bool) {
	for n, line := range lines(file) {
		line = strings.TrimSpace(line)
		skip := 5 // minute, hour, day, month, weekday
		if strings.HasPrefix(line, "@") {
			skip = 1 // @daily
		}
		if system {
			skip++
		}
		if line == "" || line[0] == '#' || isVariable(line) {
			continue
		}
		if command := after(line, skip); command != "" {
			l.job(Job{File: file, Line: n + 1, By: file, Command: command})
		}
	}
}

// isVariable reports whether a line of a cron table is "name = value", with or without blanks.
func isVariable(line string) bool {
	name, _, ok := strings.Cut(line, "=")
	return ok && !strings.ContainsAny(strings.TrimSpace(name), " \t")
}

// timers reads the services that the timers in a directory start (systemd.timer(5)).
func (l *look) timers(dir string) {
	for _, timer := range files(dir) {
		if filepath.Ext(timer) != ".timer" {
			continue
		}
		unit := strings.TrimSuffix(timer, ".timer") + ".service"
		for _, line := range lines(timer) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "Unit="); ok && filepath.Base(v) == v && v != "" {
				unit = filepath.Join(dir, v)
			}
		}
		for n, line := range lines(unit) {
			key, command, _ := strings.Cut(strings.TrimSpace(line), "=")
			if strings.HasPrefix(strings.TrimSpace(key), "ExecStart") && command != "" {
				l.job(Job{File: unit, Line: n + 1, By: timer, Command: strings.TrimLeft(strings.TrimSpace(command), "@-:+!")})
			}
		}
	}
}

func (l *look) add(j Job) {
	if len(l.jobs) < jobsMax {
		j.Command = j.Command[:min(len(j.Command), commandMax)]
		l.jobs = append(l.jobs, j)
	}
}

// job adds a job, and the lines of the script that it starts.
func (l *look) job(j Job) {
	l.add(j)
	for i, word := range strings.Fields(j.Command) {
		if i > 1 { // the script itself, or what follows sh
			break
		}
		if word = strings.Trim(word, `"'`); filepath.IsAbs(word) {
			l.script(word, j.By)
		}
	}
}

// script adds the lines of a script.
func (l *look) script(file, by string) {
	if len(l.jobs) >= jobsMax {
		return
	}
	list := lines(file)
	if len(list) == 0 || !strings.HasPrefix(list[0], "#!") {
		return
	}
	for n, line := range list {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			l.add(Job{File: file, Line: n + 1, By: by, Command: line})
		}
	}
}

// after is a line without its first n words.
func after(line string, n int) string {
	for range n {
		i := strings.IndexAny(line, " \t")
		if i < 0 {
			return ""
		}
		line = strings.TrimLeft(line[i:], " \t")
	}
	return line
}

// files are the regular files in a directory, by name, links followed; none where it cannot be read.
func files(dir string) (list []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if len(list) < filesMax && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	return list
}

// lines are those of a small text file; none where it is something else.
func lines(file string) []string {
	b, err := regular.ReadFile(file, fileMax)
	if err != nil {
		return nil
	}
	return strings.Split(string(b), "\n")
}
