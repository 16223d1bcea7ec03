package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// A limit is one line of the table's input:
//
//	ratio  NAME PEER MOST   wall time, as a ratio of pairs
//	memory NAME MOST        greatest resident size, in MiB
//	wall   NAME MOST        wall time, in milliseconds
//	worst  NAME MOST        wall time in milliseconds, of the slowest
//	beside NAME PEER        a ratio of pairs without a limit
//	entry  NAME             cost of one entry: a figure without a limit
type limit struct {
	kind, name, peer string
	most             float64
}

// A row is one line of the Markdown table.
type row struct {
	what, figure, peer, ratio, most string
	short                           bool
}

func table(args []string) error {
	fs := flag.NewFlagSet("table", flag.ContinueOnError)
	file := fs.String("times", "", "the file of samples")
	entries := fs.Int64("entries", 0, "files and directories in the set")
	if err := parse(fs, args); err != nil {
		return err
	}
	t, err := readTimes(*file)
	if err != nil {
		return err
	}
	limits, err := readLimits(os.Stdin)
	if err != nil {
		return err
	}

	fmt.Println("| job | median wall / cpu | peer's | ratio of pairs, wall (cpu) | limit | |")
	fmt.Println("|---|---|---|---|---|---|")
	short := false
	for _, l := range limits {
		if err := t.need(l.names()...); err != nil {
			return err
		}
		r := l.judge(t, *entries)
		short = short || r.short
		fmt.Printf("| %s | %s | %s | %s | %s | %s |\n", r.what, r.figure, r.peer, r.ratio, r.most, r.mark())
	}
	if short {
		return errShort
	}
	return nil
}

func readLimits(in io.Reader) ([]limit, error) {
	var all []limit
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		l, err := parseLimit(fields)
		if err != nil {
			return nil, fmt.Errorf("limit %q: %w", lines.Text(), err)
		}
		all = append(all, l)
	}
	return all, lines.Err()
}

func parseLimit(fields []string) (limit, error) {
	want := map[string]int{"ratio": 4, "memory": 3, "wall": 3, "worst": 3, "beside": 3, "entry": 2}[fields[0]]
	if want == 0 {
		return limit{}, errors.New("want ratio, memory, wall, worst, beside or entry first")
	}
	if len(fields) != want {
		return limit{}, fmt.Errorf("want %d words", want)
	}
	l := limit{kind: fields[0], name: fields[1]}
	if l.kind == "ratio" || l.kind == "beside" {
		l.peer = fields[2]
	}
	if l.kind == "entry" || l.kind == "beside" {
		return l, nil
	}
	most, err := strconv.ParseFloat(fields[want-1], 64)
	l.most = most
	return l, err
}

func (l limit) names() []string {
	if l.peer == "" {
		return []string{l.name}
	}
	return []string{l.name, l.peer}
}

func (l limit) judge(t times, entries int64) row {
	r := row{what: l.name, figure: t.figure(l.name), peer: "-", ratio: "-", most: "-"}
	switch l.kind {
	case "ratio", "beside":
		ratio := t.ratio(l.name, l.peer, wall)
		r.what = l.name + " : " + l.peer
		r.peer = t.figure(l.peer)
		r.ratio = fmt.Sprintf("%.4f (%.4f)", ratio, t.ratio(l.name, l.peer, cpu))
		if l.kind == "ratio" {
			r.most = fmt.Sprintf("<= %.2f", l.most)
			r.short = ratio > l.most
		}
	case "memory":
		peak := float64(t.peakRSS(l.name)) / (1 << 20)
		r.what = l.name + ", memory at " + strconv.FormatInt(entries, 10) + " entries"
		r.figure = fmt.Sprintf("%.1f MiB", peak)
		r.most = fmt.Sprintf("<= %.0f MiB", l.most)
		r.short = peak > l.most
	case "wall":
		r.most = fmt.Sprintf("< %.0f ms", l.most)
		r.short = t.median(l.name, wall)*1000 >= l.most
	case "worst":
		worst := t.worst(l.name, wall) * 1000
		r.what = fmt.Sprintf("%s, the worst of %d", l.name, len(t[l.name]))
		r.figure = fmt.Sprintf("%.1f ms, median %.1f ms", worst, t.median(l.name, wall)*1000)
		r.most = fmt.Sprintf("< %.0f ms", l.most)
		r.short = worst >= l.most
	case "entry":
		r.what = l.name + ", cost of one entry"
		r.figure = t.entryCost(l.name, entries)
	}
	return r
}

func (r row) mark() string {
	switch {
	case r.most == "-":
		return ""
	case r.short:
		return "**FALLS SHORT**"
	}
	return "holds"
}

func (t times) figure(name string) string {
	return fmt.Sprintf("%.1f / %.1f ms", t.median(name, wall)*1000, t.median(name, cpu)*1000)
}

func (t times) entryCost(name string, entries int64) string {
	if entries == 0 {
		return "no entries"
	}
	n := float64(entries)
	return fmt.Sprintf("%.2f / %.2f us", t.median(name, wall)*1e6/n, t.median(name, cpu)*1e6/n)
}
