package tui

import (
	"fmt"
	"strings"
	"time"

	"godoctor/doctor/fetch"
	"godoctor/ui/text"
)

// phases are those of the run that is looked at; what it downloads comes first.
func (a *activity) phases() []phase {
	w := a.job()
	f := w.seen.flow
	if f == nil || len(f.files) == 0 {
		return w.seen.phases
	}
	down := phase{title: "download", items: len(f.files), done: f.done, disk: f.total, gone: f.bytes}
	for i := range f.files {
		if s := f.files[i].state; s == fetch.Failed || s == fetch.Canceled { // it is done with
			down.done++
		}
	}
	if w.kind == packWork {
		return withFlow(w.seen.phases, down)
	}
	return append([]phase{down}, w.seen.phases...)
}

// flowLines show the files that are downloaded, in at most n lines, and what hosts are left alone.
func (a *activity) flowLines(n int) []string {
	f := a.job().seen.flow
	if f == nil || n < 1 {
		return nil
	}
	hosts := a.hostLines(f)
	hosts = hosts[:min(len(hosts), max(n/2, 1))]
	n -= len(hosts)
	var out []string
	shown := 0
	for i := range f.files {
		t := &f.files[i]
		if transferRank(t.state) >= transferRank(fetch.Finished) && shown >= 3 { // of what is done few are enough
			break
		}
		if shown >= n {
			break
		}
		out = append(out, a.transferLine(t))
		shown++
	}
	if more := len(f.files) - shown; more > 0 && shown > 0 && n > 1 {
		if shown >= n {
			out, more = out[:len(out)-1], more+1
		}
		out = append(out, line(a.width, span{" " + restWords(f.files[len(f.files)-more:]), a.theme.Muted}))
	}
	if f.stopped != "" {
		hosts = append(hosts, line(a.width, span{" " + f.stopped + ": what came is kept", a.theme.Warn}))
	}
	return append(out, hosts...)
}

// restWords count the files that are not shown.
func restWords(list []transfer) string {
	count := make(map[fetch.State]int)
	for i := range list {
		count[list[i].state]++
	}
	var parts []string
	for _, s := range []fetch.State{fetch.Failed, fetch.Paused, fetch.Waiting, fetch.Canceled, fetch.Finished} {
		if count[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", text.Count(int64(count[s])), s))
			delete(count, s)
		}
	}
	going := 0
	for _, n := range count {
		going += n
	}
	if going > 0 {
		parts = append([]string{fmt.Sprintf("%d coming", going)}, parts...)
	}
	return fmt.Sprintf("and %s more: %s", text.Count(int64(len(list))), strings.Join(parts, ", "))
}

// transferLine is one file: its state, its name, and as much of bytes, rate, time left, tries and host as there is room for.
func (a *activity) transferLine(t *transfer) string {
	state := span{" " + text.Fit(stateWord(t), 11) + " ", a.transferDress(t)}
	if a.width < bodyWidth {
		right := text.Right(t.percent(), 5) + " "
		return line(a.width, state, span{text.FitMiddle(t.name, max(a.width-13-len(right), 0)), nil}, span{right, nil})
	}
	if t.why != "" {
		return line(a.width, state, span{text.FitMiddle(t.name, min(text.Width(t.name), max(a.width/3, 10))), nil}, span{"  " + t.why, a.theme.Warn})
	}
	const name = 26 // of it as much is always there
	room := a.width - 14 - name
	var cells []span
	for _, c := range []span{{text.Right(t.amount(), 20), nil}, {text.Right(rateWord(t), 11), a.theme.Accent}, {text.Right(leftWord(t), 11), nil},
		{"  " + text.Fit(a.hostWord(t), 20), a.theme.Muted}, {" " + text.Fit(triesWord(t), 6), a.theme.Muted}, {" " + text.Fit(keptWord(t), 17), a.theme.Muted}} {
		if room -= text.Width(c.text); room < 0 {
			break
		}
		cells = append(cells, c)
	}
	return line(a.width, append([]span{state, {text.FitMiddle(t.name, max(a.width-14-spanWidth(cells), 10)) + " ", nil}}, cells...)...)
}

// stateWord is the state; of a file that comes, whether it is tried again, or gone on with.
func stateWord(t *transfer) string {
	switch {
	case t.state == fetch.Receiving && t.tries > 1:
		return fmt.Sprintf("try %d", t.tries)
	case t.state == fetch.Receiving && t.kept > 0:
		return "resumed"
	}
	return string(t.state)
}

func (a *activity) transferDress(t *transfer) func(string) string {
	switch {
	case t.state == fetch.Failed:
		return a.theme.Bad
	case t.state == fetch.Held, t.state == fetch.Paused, t.tries > 1 && t.state != fetch.Finished:
		return a.theme.Warn
	case t.state == fetch.Finished:
		return a.theme.Good
	case t.state == fetch.Waiting, t.state == fetch.Canceled:
		return a.theme.Muted
	}
	return a.theme.Accent
}

func rateWord(t *transfer) string {
	if t.rate <= 0 {
		return ""
	}
	return text.Bytes(int64(t.rate)) + "/s"
}

func leftWord(t *transfer) string {
	if !t.known {
		return ""
	}
	return text.Clock(t.left) + " left"
}

func triesWord(t *transfer) string {
	if t.tries == 0 {
		return ""
	}
	return fmt.Sprintf("try %d", t.tries)
}

// keptWord says what an earlier run had left: that much is not fetched again.
func keptWord(t *transfer) string {
	if t.kept <= 0 {
		return ""
	}
	return "resumed " + text.Bytes(t.kept)
}

// hostWord is the host, and of a file that is held until when.
func (a *activity) hostWord(t *transfer) string {
	if t.state == fetch.Held && !t.until.IsZero() {
		return t.host + " " + a.untilWord(t.until)
	}
	return t.host
}

func (a *activity) untilWord(at time.Time) string {
	return "until " + at.Local().Format("15:04:05")
}

// hostLines say which hosts are left alone, and why.
func (a *activity) hostLines(f *flowing) []string {
	var out []string
	for i := range f.hosts {
		h := &f.hosts[i]
		s := " HOST " + h.host + ": "
		switch h.breaker {
		case fetch.Opened:
			s += fmt.Sprintf("left alone %s, after %s", a.untilWord(h.until), plural(h.fails, "failure"))
		case fetch.Probe:
			s += "tried with one file, whose end decides"
		default:
			s += "asked for a pause " + a.untilWord(h.until)
		}
		out = append(out, line(a.width, span{s, a.theme.Warn}))
	}
	return out
}
