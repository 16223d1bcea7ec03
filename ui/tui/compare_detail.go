package tui

import (
	"strings"

	"godoctor/ui/text"
)

// silentWhy is why what one side knows nothing of is not compared.
const silentWhy = "what one side cannot know is not compared and is no difference: a program does not know the settings of a machine, " +
	"go env knows no build list and no go.sum"

// silentDo is what can be done about it.
const silentDo = "compare with what 'godoctor snapshot' writes there: it knows all of it"

// changes say what a group can change.
var changes = [numGroups]string{
	buildGroup: "what a build makes", runGroup: "how the same program behaves",
	sourceGroup: "where modules and toolchains come from, and who vouches for them", nothingGroup: "nothing of a build", silentGroup: "not known",
}

// detail is what there is to know of the selected row. A value takes at most so many lines.
func (c *comparison) detail(width, lines int) []string {
	row := c.selected()
	if row == nil {
		return nil
	}
	list := c.explain(row)
	for i := range list {
		if f := &list[i]; f.word == "A" || f.word == "B" {
			f.text = text.Fit(f.text, min(text.Width(f.text), max(lines*(width-factRoom)*9/10, 8))) // words leave ends of lines free
		}
	}
	return c.facts(width, list)
}

// explain says all of a row.
func (c *comparison) explain(row *differenceRow) []fact {
	if row.d == nil {
		return []fact{{"WHAT", row.says}, {"WHY", silentWhy}, {"DO", silentDo}}
	}
	d := row.d
	can := changes[row.group]
	if row.group == buildGroup {
		can += ": " + map[string]string{"code": "which source is compiled", "output": "what comes of the same source"}[row.word]
	}
	return []fact{{"WHAT", c.env.clean(d.Title())}, {"A", c.value(shown(d, d.A), d.FromA)}, {"B", c.value(shown(d, d.B), d.FromB)},
		{"CHANGES", can}, {"WHY", c.env.clean(d.Why)}, {"DO", c.env.clean(d.Do())}}
}

// value is a value, and where that comes from.
func (c *comparison) value(v, from string) string {
	if strings.TrimSpace(v) == "" {
		v = "\"" + v + "\""
	}
	if from != "" {
		v += "  (" + from + ")"
	}
	return c.env.clean(v)
}

// story is all of a row in a box.
func (c *comparison) story(row *differenceRow) *dialog {
	d := factsDialog(row.what+lastElements(row.name), c.explain(row))
	d.lines = append(d.lines, entry{}, entry{label: "A IS", text: c.result.words[0]}, entry{label: "B IS", text: c.result.words[1]},
		entry{label: "SAME AS", text: c.env.clean(c.command())})
	return d
}
