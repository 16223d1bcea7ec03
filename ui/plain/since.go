package plain

import (
	"time"

	"godoctor/doctor/verify"
)

// Since says since when what was not hashed again has been unchanged: the oldest day counts.
func (p *Printer) Since(list []verify.Unchanged) {
	if len(list) == 0 {
		return
	}
	oldest := list[0].Since
	for _, u := range list[1:] {
		if u.Since.Before(oldest) {
			oldest = u.Since
		}
	}
	p.line("%s not hashed: unchanged since %s", plural(int64(len(list)), "module version was", "module versions were"),
		oldest.Local().Format(time.DateOnly+" 15:04"))
}
