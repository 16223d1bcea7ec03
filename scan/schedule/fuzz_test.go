package schedule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzTables: whatever a cron table, a timer or a script says, a job is a piece of one line of the file that is named, at the
// line that is named, and no longer than its limit.
func FuzzTables(f *testing.F) {
	f.Add("# x\nSHELL=/bin/sh\n17 * * * * root cd / && godoctor clean --auto\n@daily root /etc/cron.daily/x\n", "[Timer]\nOnCalendar=daily\nUnit=b.service\n", "[Service]\nExecStart=-/bin/sh -c 'godoctor clean'\nExecStartPre = @x\n")
	f.Add("* * * * *\n* * * * * u\n\t@ x\n=\n", "Unit=../x\nUnit=\n", "ExecStart=\nExecStart\n")
	f.Add("#!/bin/sh\ngodoctor\r\n", "\x00", strings.Repeat("ExecStart=x ", 1000))
	dir := f.TempDir()
	units := filepath.Join(dir, "systemd", "user")
	if err := os.MkdirAll(units, 0o777); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, table, timer, service string) {
		texts := map[string]string{filepath.Join(dir, "table"): table, filepath.Join(units, "a.timer"): timer, filepath.Join(units, "a.service"): service, filepath.Join(units, "b.service"): service}
		for file, text := range texts {
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		var l look
		l.table(filepath.Join(dir, "table"), true)
		l.table(filepath.Join(dir, "table"), false)
		l.script(filepath.Join(dir, "table"), "x")
		for _, j := range append(l.jobs, Look(Input{Config: dir})...) {
			text, ok := texts[j.File]
			if !ok {
				continue // a script that a job names
			}
			lines := strings.Split(text, "\n")
			if j.Line < 1 || j.Line > len(lines) || !strings.Contains(lines[j.Line-1], j.Command) || len(j.Command) > commandMax || j.By == "" {
				t.Fatalf("%+v of %q", j, text)
			}
		}
	})
}
