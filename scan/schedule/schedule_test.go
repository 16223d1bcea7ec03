package schedule

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLook(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for name, text := range map[string]string{
		"etc/crontab":                                "# comment\nSHELL=/bin/sh\nMAILTO = root\n17 *\t* * *\troot    cd / && run-parts /etc/cron.hourly\n\n1 2 3\n",
		"etc/cron.d/job":                             "@daily user " + at("script.sh") + " now\n",
		"etc/cron.d/tabs":                            "A=b\nB\t=\tc d e f g h i\n0\t4\t*\t*\t*\troot\tGOFLAGS=-mod=mod go get -u\n",
		"etc/cron.d/.placeholder":                    "* * * * * root hidden\n",
		"etc/cron.daily/clean":                       "#!/bin/sh\n# says what it does\n  go clean -cache\n",
		"etc/cron.daily/binary":                      "\x7fELF\ngo clean -cache\n",
		"etc/systemd/system/no-timer.service":        "ExecStart=/bin/true\n",
		"spool/crontabs/user":                        "0 4 * * 0 rm -rf ~/.cache/go-build\n",
		"config/systemd/user/tidy.timer":             "[Timer]\nOnCalendar=daily\n",
		"config/systemd/user/tidy.service":           "[Service]\nExecStartPre=-/bin/true\nExecStart=/bin/sh " + at("script.sh") + "\n",
		"config/systemd/user/other.timer":            "[Timer]\nUnit=named.service\n",
		"config/systemd/user/named.service":          "ExecStart = go clean -modcache\n",
		"config/systemd/user/outside.timer":          "[Timer]\nUnit=../../x.service\n",
		"script.sh":                                  "#!/bin/sh\nset -e\ngo clean -fuzzcache\n",
		"etc/cron.weekly/large":                      "#!/bin/sh\n" + strings.Repeat("true\n", fileMax),
		"config/systemd/user/timers.target.wants/no": "",
	} {
		must(t, os.MkdirAll(filepath.Dir(at(name)), 0o777))
		must(t, os.WriteFile(at(name), []byte(text), 0o666))
	}
	var got []string
	for _, j := range Look(Input{Etc: at("etc"), Spool: at("spool"), Config: at("config")}) {
		file, _ := filepath.Rel(dir, j.File)
		by, _ := filepath.Rel(dir, j.By)
		got = append(got, filepath.ToSlash(file)+":"+string(rune('0'+j.Line))+" "+filepath.ToSlash(by)+": "+strings.ReplaceAll(j.Command, dir, "DIR"))
	}
	want := []string{
		"etc/crontab:4 etc/crontab: cd / && run-parts /etc/cron.hourly",
		"etc/cron.d/job:1 etc/cron.d/job: DIR/script.sh now",
		"script.sh:2 etc/cron.d/job: set -e",
		"script.sh:3 etc/cron.d/job: go clean -fuzzcache",
		"etc/cron.d/tabs:3 etc/cron.d/tabs: GOFLAGS=-mod=mod go get -u",
		"etc/cron.daily/clean:3 etc/cron.daily/clean: go clean -cache",
		"spool/crontabs/user:1 spool/crontabs/user: rm -rf ~/.cache/go-build",
		"config/systemd/user/named.service:1 config/systemd/user/other.timer: go clean -modcache",
		"config/systemd/user/tidy.service:2 config/systemd/user/tidy.timer: /bin/true",
		"config/systemd/user/tidy.service:3 config/systemd/user/tidy.timer: /bin/sh DIR/script.sh",
		"script.sh:2 config/systemd/user/tidy.timer: set -e",
		"script.sh:3 config/systemd/user/tidy.timer: go clean -fuzzcache",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if jobs := Look(Input{}); jobs != nil {
		t.Errorf("nowhere there is %+v", jobs)
	}
}

// A table that names a long script over and over is told as far as anybody would read.
func TestMany(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	must(t, os.WriteFile(script, []byte("#!/bin/sh\n"+strings.Repeat("a\n", 2000)), 0o666))
	must(t, os.WriteFile(filepath.Join(dir, "user"), []byte(strings.Repeat("@daily "+script+"\n", 200)), 0o666))
	if jobs := Look(Input{Spool: dir}); len(jobs) != jobsMax {
		t.Errorf("%d jobs", len(jobs))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
