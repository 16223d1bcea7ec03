package tui

import (
	"fmt"
	"strings"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/text"
)

// head is what a person came for: how the project is that the program was started in, how much there is, how much of
// it nobody needs.
func (o *overview) head(width int) []string {
	var out []string
	if w := o.data.who; w != nil && w.here != nil {
		out = append(out, o.hereLine(w.here, width))
	}
	out = append(out, o.total(width), fitted(width, o.verdict()...))
	h := o.health
	if (o.Verify != nil || h != nil) && (o.height >= 14 || h != nil && (h.count.bad() > 0 || h.verified && h.count.total() > 0)) {
		out = append(out, o.wellness(width))
	}
	return out
}

// hereLine says how the project is that the program was started in. Its name gives way to how it is.
func (o *overview) hereLine(here *usage.Project, width int) string {
	const least = 12 // cells of a name
	list := []optional{{span: span{" ", nil}}}
	room := width - 1
	for i, p := range report.HereParts(here) {
		t := o.env.say(p.Text)
		list = append(list, optional{span{t, o.theme.Strong}, p.Drop, p.With})
		if i > 0 && p.Drop <= 2 {
			room -= text.Width(t)
		}
	}
	if name := &list[1].span; text.Width(name.text) > max(room, least) {
		name.text = strings.TrimRight(text.FitMiddle(name.text, max(room, least)), " ")
	}
	return fitted(width, list...)
}

// total says how much there is, and how it went.
func (o *overview) total(width int) string {
	d := o.data
	disk := diskOf(d.inv)
	list := []optional{{span: span{" Go keeps ", nil}}, {span: span{text.Bytes(d.total), o.theme.Strong}}}
	if disk.Total > 0 {
		list = append(list, optional{span: span{fmt.Sprintf(", %s of the disk", share(d.total, disk.Total)), nil}, drop: 3},
			optional{span: span{fmt.Sprintf(" (%s free of %s)", text.Bytes(disk.Free), text.Bytes(disk.Total)), nil}, drop: 2})
	}
	if t := o.trend; t != nil && t.inv == d.inv {
		list = append(list, optional{span: span{"; " + t.words, nil}, drop: 1})
		if width >= wideWidth {
			list = append(list, optional{span{"  " + t.spark, o.theme.Accent}, 4, true})
		}
	}
	return fitted(width, list...)
}

// wellness says whether what is there was verified, and what came of that and of the checks.
func (o *overview) wellness(width int) string {
	left := []span{{" not verified yet: 5 does it", o.theme.Muted}}
	var right []span
	h, v := o.health, o.verifying
	if h != nil {
		left = append([]span{{" ", nil}}, o.healthSpans(h)...)
		if at := o.verifiedAt(h); o.Verify != nil {
			left = append(left, span{at, o.theme.Muted})
		}
		right = []span{{"5 lists them ", o.theme.Muted}}
	}
	if v.running {
		right = []span{{fmt.Sprintf("verifying %s of %s ", text.Count(v.sample.Units), text.Count(int64(v.versions))), o.theme.Accent}}
	}
	return ends(width, left, right)
}

// verdict is how much can be freed, or why nothing is called unused.
func (o *overview) verdict() []optional {
	d := o.data
	free := d.free.Total()
	muted := o.theme.Muted
	switch why := d.who.unsure(); {
	case d.who == nil && o.asking():
		return []optional{{span: span{" looking who needs it ...", muted}}}
	case d.who == nil && d.offline > 0:
		return []optional{{span: span{" up to " + text.Bytes(d.offline) + " unpack again offline", muted}},
			{span: span{" from their zips", muted}, drop: 1}}
	case d.who == nil:
		return []optional{{span: span{" nothing in it unpacks again offline", muted}}}
	case why != "":
		return []optional{{span: span{" nothing is called unused", o.theme.Warn}}, {span: span{": " + o.env.say(why), nil}}}
	case free == 0 && d.free.Hold == 0:
		return []optional{{span: span{" nothing can be freed", muted}}, {span: span{": all of it is needed, or was fetched or read of late", muted}, drop: 1}}
	case free == 0:
		return []optional{{span: span{" nothing can be freed for certain", nil}},
			{span: span{"; " + text.Bytes(d.free.Hold) + " that nobody needs may not come back", muted}, drop: 1}}
	}
	out := []optional{{span: span{" can free ", nil}}, {span: span{text.Bytes(free), o.theme.Strong}},
		{span: span{" (" + share(free, d.total) + ")", nil}, drop: 4}, {span: span{": nobody needs it", nil}, drop: 1}}
	if d.free.Hold > 0 {
		out = append(out, optional{span: span{"; " + text.Bytes(d.free.Hold) + " more may not come back", muted}, drop: 3})
	}
	if o.Clean != nil {
		out = append(out, optional{span: span{"; c frees it", o.theme.Accent}, drop: 2})
	}
	return out
}

// shortHead is the same where there is little room.
func (o *overview) shortHead(width int) []string {
	d := o.data
	out := o.head(width)
	if len(out) == 3 && o.height < 7 {
		out = out[1:]
	}
	if o.height >= 7 {
		return out
	}
	spans := []span{{" " + text.Bytes(d.total), o.theme.Strong}}
	if d.who != nil {
		spans = append(spans, span{", can free " + text.Bytes(d.free.Total()), nil})
	}
	return []string{line(width, spans...)}
}

// share is part of whole in percent; a little is not nothing.
func share(part, whole int64) string {
	switch p := 100 * float64(part) / float64(max(whole, 1)); {
	case part > 0 && p < 1:
		return "under 1%"
	default:
		return fmt.Sprintf("%.0f%%", p)
	}
}

// diskOf is the file system of the first root that is there.
func diskOf(inv *scan.Inventory) scan.Disk {
	for _, r := range inv.Roots {
		if r.Real != "" {
			return r.Disk
		}
	}
	return scan.Disk{}
}
