package plain

import (
	"fmt"
	"io"
	"strings"

	"godoctor/doctor/report"
)

// Keys prints the keys of the terminal UI, place by place.
func (p *Printer) Keys(places []report.KeyPlace) {
	for i := range places {
		if i > 0 {
			p.line("")
		}
		p.line("%s", p.Theme.Strong(p.clean(places[i].Name)))
		g := grid{right: make([]bool, 2)}
		for _, k := range places[i].Keys {
			g.add(p.clean(strings.Join(k.Keys, " ")), p.clean(k.Does+onlyWhen(k.When)))
		}
		g.write(p, "  ", nil)
	}
}

// onlyWhen says in which state a key works, if not in every.
func onlyWhen(when string) string {
	if when == "" {
		return ""
	}
	return " (when " + when + ")"
}

// KeysMarkdown writes the keys of the terminal UI as one table in Markdown. A place is named in its first row. All of it is
// text of ours.
func KeysMarkdown(w io.Writer, places []report.KeyPlace) error {
	var b strings.Builder
	b.WriteString("| where | key | what it does | when |\n|---|---|---|---|\n")
	for i := range places {
		where := "**" + places[i].Name + "**"
		for _, k := range places[i].Keys {
			names := make([]string, len(k.Keys))
			for n, name := range k.Keys {
				names[n] = "`" + name + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", where, strings.Join(names, " "), k.Does, k.When)
			where = ""
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
