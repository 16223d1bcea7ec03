package tui

import (
	"fmt"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/ui/text"
)

// head is what a person came for: how the project is that the program was started in, how much there is, how much of
// it nobody needs.
func (o *overview) head(width int) []string {
	var out []string
	if w := o.data.who; w != nil && w.here != nil {
		out = append(out, line(width, span{" " + o.env.say(report.HereWords(w.here)), o.theme.Strong}))
	}
	d := o.data
	disk := diskOf(d.inv)
	spans := []span{{" Go keeps ", nil}, {text.Bytes(d.total), o.theme.Strong}}
	if disk.Total > 0 {
		spans = append(spans, span{fmt.Sprintf(", %s of the disk", share(d.total, disk.Total)), nil},
			span{fmt.Sprintf(" (%s free of %s)", text.Bytes(disk.Free), text.Bytes(disk.Total)), nil})
	}
	out = append(out, fitting(width, 2, spans...), fitting(width, 2, o.verdict()...))
	h := o.health
	if (o.Verify != nil || h != nil) && (o.height >= 14 || h != nil && (h.count.bad() > 0 || h.verified && h.count.total() > 0)) {
		out = append(out, o.wellness(width))
	}
	return out
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
func (o *overview) verdict() []span {
	d := o.data
	free := d.free.Total()
	muted := o.theme.Muted
	switch why := d.who.unsure(); {
	case d.who == nil && o.asking():
		return []span{{" looking who needs it ...", muted}}
	case d.who == nil && d.offline > 0:
		return []span{{" up to " + text.Bytes(d.offline) + " unpack again offline from their zips", muted}}
	case d.who == nil:
		return []span{{" nothing in it unpacks again offline", muted}}
	case why != "":
		return []span{{" nothing is called unused: ", o.theme.Warn}, {o.env.say(why), nil}}
	case free == 0 && d.free.Hold == 0:
		return []span{{" nothing can be freed: all of it is needed, or young", muted}}
	case free == 0:
		return []span{{" nothing can be freed for certain", nil}, {"; ", muted},
			{text.Bytes(d.free.Hold) + " that nobody needs may not come back", muted}}
	}
	out := []span{{" can free ", nil}, {text.Bytes(free), o.theme.Strong},
		{" (" + share(free, d.total) + ")", nil}, {": nobody needs it", nil}}
	if d.free.Hold > 0 {
		out = append(out, span{"; " + text.Bytes(d.free.Hold) + " more may not come back", muted})
	}
	if o.Clean != nil {
		out = append(out, span{"; c frees it", o.theme.Accent})
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
	switch p := 100 * float64(part) / float64(whole); {
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
