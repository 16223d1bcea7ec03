package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRatioIsOfPairs(t *testing.T) {
	// The second round is ten times slower for both: the ratio stays.
	file := write(t, "times", "first\t0\t9\t9\t9\t1\npeer\t0\t1\t1\t1\t1\n"+
		"first\t1\t0.1\t0.1\t0\t1024\npeer\t1\t1\t1\t0\t4096\n"+
		"first\t2\t1\t1\t0\t2048\npeer\t2\t10\t10\t0\t4096\n"+
		"first\t3\t0.1\t0.2\t0.2\t1024\npeer\t3\t1\t1\t1\t4096\n")
	all, err := readTimes(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := all.ratio("first", "peer", wall); got != 0.1 {
		t.Errorf("ratio = %v, want 0.1", got)
	}
	if got := all.peakRSS("first"); got != 2048 {
		t.Errorf("peak = %d, want 2048: the warm-up counts nowhere", got)
	}
}

func TestLimits(t *testing.T) {
	all := times{
		"first": {1: {wall: 0.2, user: 0.2, rss: 32 << 20}},
		"peer":  {1: {wall: 1, user: 1, rss: 1 << 30}},
	}
	for line, short := range map[string]bool{
		"ratio first peer 0.20": false,
		"ratio first peer 0.19": true,
		"memory first 32":       false,
		"memory first 31":       true,
		"wall first 201":        false,
		"wall first 200":        true,
		"entry first":           false,
	} {
		l, err := parseLimit(strings.Fields(line))
		if err != nil {
			t.Fatal(err)
		}
		if got := l.judge(all, 1000); got.short != short {
			t.Errorf("%s: short = %v: %+v", line, got.short, got)
		}
	}
	for _, line := range []string{"ratio first 0.2", "speed first 1", "wall first x"} {
		if _, err := parseLimit(strings.Fields(line)); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("odd: %v", got)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("even: %v", got)
	}
	if got := median(nil); got != 0 {
		t.Errorf("none: %v", got)
	}
}

func TestSums(t *testing.T) {
	root := t.TempDir()
	good := `{"summary":{"bytes":30,"disk_bytes":8192},"stores":[
		{"name":"sources","path":"` + root + `","bytes":10,"disk_bytes":4096},
		{"name":"zips","path":"` + root + `/x","bytes":20,"disk_bytes":4096}]}`
	args := []string{"-bytes", "30", "-disk", "8192", "-root", root}
	if err := sums(append(args, write(t, "good", good))); err != nil {
		t.Errorf("good: %v", err)
	}
	for name, bad := range map[string]string{
		"store":   strings.Replace(good, `"bytes":20`, `"bytes":21`, 1),
		"summary": strings.Replace(good, `"bytes":30`, `"bytes":31`, 1),
		"outside": strings.Replace(good, root+"/x", root+"x", 1),
		"empty":   `{"stores":[]}`,
	} {
		err := sums(append(args, write(t, name, bad)))
		if err == nil || errors.Is(err, errUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}

	close := strings.ReplaceAll(strings.Replace(good, `{"bytes":30,"disk_bytes":8192}`, `{"bytes":29,"disk_bytes":8192}`, 1), root, "/x")
	if err := near([]string{"-within", "0.04", write(t, "a", close), write(t, "b", good)}); err != nil {
		t.Errorf("within 4 %%: %v", err)
	}
	if err := near([]string{"-within", "0.03", write(t, "a", close), write(t, "b", good)}); err == nil {
		t.Error("3.3 % off: no error")
	}
}

func TestClock(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "times")
	err = run([]string{"-name", "self", "-round", "1", "-times", file, "--", self, "-test.list=^$"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := readTimes(file)
	if err != nil {
		t.Fatal(err)
	}
	if s := all["self"][1]; s.wall <= 0 {
		t.Errorf("nothing measured: %+v", s)
	}
	if err := run([]string{"-name", "self", "-times", file, "--", self, "-test.nonsense"}); err == nil {
		t.Error("a command that fails is no error")
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}
