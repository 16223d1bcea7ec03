package snapshot

import (
	"fmt"
	"reflect"
	"strings"

	"godoctor/doctor/privacy"
)

// valueMax bounds a text of a snapshot, in bytes. One that is longer is not told in part: a secret that is cut in two does not look
// like one.
const valueMax = 16 << 10

// A cleaner takes out of a snapshot what is private, in every text of it, one that is added later too.
type cleaner struct{ text, names *privacy.Redactor }

func newCleaner(home string, users ...string) *cleaner {
	if i := strings.LastIndexAny(home, `/\`); i >= 0 {
		users = append(users, home[i+1:])
	}
	return &cleaner{text: privacy.New(privacy.Who{Home: home, Users: users, KeepHosts: true}),
		names: privacy.New(privacy.Who{Home: home, KeepHosts: true})}
}

// clean cleans a snapshot in place. What was cleaned stays as it is.
func (c *cleaner) clean(s *Snapshot) {
	for _, list := range [][]Setting{s.Settings, s.Flags, s.Environment} {
		c.settings(list)
	}
	if s.Project != nil {
		c.settings(s.Project.Godebug)
	}
	for i := range s.Compilers {
		s.Compilers[i].Command = c.text.Setting(s.Compilers[i].Key, bounded(s.Compilers[i].Command))
	}
	c.walk(reflect.ValueOf(s).Elem(), c.text)
}

func (c *cleaner) settings(list []Setting) {
	for i := range list {
		list[i].Value = c.text.Setting(list[i].Key, bounded(list[i].Value))
	}
}

func (c *cleaner) walk(v reflect.Value, r *privacy.Redactor) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.Text(bounded(v.String())))
	case reflect.Pointer:
		if !v.IsNil() {
			c.walk(v.Elem(), r)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i), r)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch f := v.Type().Field(i); {
			case !f.IsExported(): // time.Time holds no text
			case f.Tag.Get("keep") == "name" && !strings.HasPrefix(v.Field(i).String(), "/") && !strings.HasPrefix(v.Field(i).String(), "."):
				c.walk(v.Field(i), c.names)
			default:
				c.walk(v.Field(i), c.text)
			}
		}
	}
}

// bounded replaces a text that is too long.
func bounded(s string) string {
	if len(s) <= valueMax {
		return s
	}
	return fmt.Sprintf("(%d bytes, too long to tell)", len(s))
}
