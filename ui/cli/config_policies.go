package cli

import (
	"strconv"
	"time"

	"github.com/dustin/go-humanize"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
)

// ofFiles adds what files say of a flag that package config reads by itself. not: the key says the opposite of the flag.
func (a *app) ofFiles(s *report.ConfigSetting, not bool) {
	value := a.policy(s.Name)
	if not {
		turn(&s.Value)
		for _, list := range [][]report.ConfigOrigin{s.Origins, s.Overrides} {
			for i := range list {
				turn(&list[i].Value)
			}
		}
	}
	places := a.placesOf(s.Name, value)
	switch {
	case len(places) == 0:
	case s.Set:
		s.Overrides = append(s.Overrides, places...)
	default:
		s.Value, s.Set, s.Origins = value, true, places
	}
}

func turn(v *any) {
	if b, ok := (*v).(bool); ok {
		*v = !b
	}
}

// placesOf are the places in files that say something about a key.
func (a *app) placesOf(key string, value any) (out []report.ConfigOrigin) {
	for _, at := range a.conf.From[key] {
		layer := config.User
		for _, f := range a.conf.Files {
			if f.Path == at.File {
				layer = f.Layer
			}
		}
		out = append(out, report.NewConfigOrigin(layer.String(), at, value))
	}
	return out
}

// policy is what the files say about a key that is no flag, as JSON and TOML have it.
func (a *app) policy(key string) any {
	c := a.conf
	switch key {
	case "grace":
		return span(c.Grace)
	case "roots":
		return array(c.Roots)
	case "branches":
		return c.Branches
	case "more_roots":
		return array(c.MoreRoots)
	case "skip":
		return array(c.Skip)
	case "protect":
		return array(c.Protect)
	case "mirrors":
		out := array(c.Mirrors)
		for i := range out {
			out[i] = report.NoPassword(out[i])
		}
		return out
	case "pins":
		out := []string{}
		for _, p := range c.Pins {
			out = append(out, p.String())
		}
		return out
	case "modfile":
		out := []map[string]string{}
		for _, m := range c.Modfiles {
			out = append(out, map[string]string{"mod": m.Mod, "sum": m.Sum})
		}
		return out
	}
	out := []map[string]string{}
	for i := range c.Ignores {
		out = append(out, ignored(&c.Ignores[i]))
	}
	return out
}

// ignored is an [[ignore]] as a file has it.
func ignored(i *config.Ignore) map[string]string {
	m := map[string]string{"check": i.Check, "reason": report.NoPassword(i.Reason)}
	if i.Target != "" {
		m["target"] = i.Target
	}
	if !i.Until.IsZero() {
		m["until"] = i.Until.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return m
}

// policies are the settings that are no flags.
func (a *app) policies() (out []report.ConfigSetting) {
	for _, key := range []string{"more_roots", "skip", "protect", "mirrors", "pins", "modfile", "ignore"} {
		out = append(out, a.policySetting(key, a.policy(key), a.placesOf(key, a.policy(key))))
	}
	c := &a.conf.Auto
	for _, one := range []struct {
		key   string
		value any
		set   bool
	}{
		{"policies", array(c.Policies), c.Policies != nil}, {"older_than", span(c.OlderThan), c.OlderThan != 0}, {"keep", c.Keep, c.Keep != 0},
		{"goal", sizeIn(c.Goal), c.Goal != 0}, {"budget", sizeIn(c.Budget), c.Budget != 0}, {"grace", span(c.Grace), c.HasGrace},
	} {
		var places []report.ConfigOrigin
		if one.set {
			places = a.placesOf("auto", one.value)
		}
		out = append(out, a.policySetting("auto."+one.key, one.value, places))
	}
	return out
}

func (a *app) policySetting(name string, value any, places []report.ConfigOrigin) report.ConfigSetting {
	s := report.ConfigSetting{Name: name, Files: true, Value: value, Set: len(places) > 0, Origins: places, Overrides: []report.ConfigOrigin{}}
	if !s.Set {
		s.Origins = []report.ConfigOrigin{{Origin: "default", Value: value}}
	}
	return s
}

// array is a list that is not nil.
func array(list []string) []string { return append([]string{}, list...) }

// span is a duration as a file has it: in days where it is some.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	return d.String()
}

// sizeIn is a size as a file has it, to the byte where a unit would round it.
func sizeIn(n int64) string {
	if s := humanize.IBytes(uint64(n)); n > 0 {
		if back, err := config.ParseSize(s); err == nil && back == n {
			return s
		}
	}
	return strconv.FormatInt(n, 10)
}
