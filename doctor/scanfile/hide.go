package scanfile

import (
	"cmp"
	"strconv"
	"strings"

	"godoctor/doctor/privacy"
	"godoctor/scan/goenv"
)

// hide says what is not written: what grants access to something, and if all is to be redacted who somebody is. A setting
// is told as a snapshot tells it, GOAUTH without the arguments of its commands; a text that quotes the whole value of a
// setting quotes what is told of it.
func (c *coder) hide(r *privacy.Redactor, env *goenv.Env, all bool) {
	quoted := quotes(r, env)
	c.clean = func(s string) string { return r.Setting("", quoted.Replace(s)) } // a flag is told as in a setting, too
	c.setting = r.Setting
	if all {
		c.redact = r.Text
	}
}

// valueMin is the length from which on a value is looked for in texts: what is shorter stands everywhere.
const valueMin = 6

// quotes replaces values of which not all is told, and the parts of them that are not.
func quotes(r *privacy.Redactor, env *goenv.Env) *strings.Replacer {
	var pairs []string
	add := func(key, value string) {
		told := r.Setting(key, value)
		if told == value || len(value) < valueMin {
			return
		}
		pairs = append(pairs, value, told)
		if q := inner(value); q != value {
			pairs = append(pairs, q, inner(told))
		}
		for _, part := range strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(" \t,;|='\"", c) }) {
			if len(part) >= valueMin && !strings.Contains(told, part) {
				pairs = append(pairs, part, cmp.Or(strings.Replace(r.Setting(key, part), part, "***", 1), "***"))
			}
		}
	}
	if env != nil {
		rec := env.Record()
		for _, list := range [][]goenv.Setting{rec.Settings, rec.Others} {
			for i := range list {
				s := &list[i]
				add(s.Key, s.Value)
				add(s.Key, s.Raw)
				for _, o := range s.Overrides {
					add(s.Key, o.Value)
				}
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// inner is a text between the quotation marks of %q.
func inner(s string) string {
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}
