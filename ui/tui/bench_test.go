package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
)

// BenchmarkScreens is a key and its frame on every screen, over 20,000 module versions, 300 projects and 1,000 findings, in both
// sizes that people have: under two milliseconds. The figures are in TESTING.md.
func BenchmarkScreens(b *testing.B) {
	r, _ := checker(b, &verifier{wrong: func(i int, v *modcache.Version) []finding.Finding {
		if i%20 != 0 {
			return nil
		}
		return []finding.Finding{wrongIn(i/20, v)}
	}}, 4000)
	rem, names := &remover{}, hostile[:3]
	c := &carrier{names: names, path: names}
	r.Clean, r.Bundle = rem.cleaner(), c.bundler()
	load(r, withProjects(inventory(4000), 300))
	r.Update(batch(press(r, "v"))[0]())
	if n := r.health.count.total(); n < 1000 {
		b.Fatalf("%d findings", n)
	}
	for i, s := range screens {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			b.Run(s.name+map[int]string{80: " small", 120: " large"}[size[0]], func(b *testing.B) {
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				work(r, r.goTo(i))
				b.ResetTimer()
				for n := 0; b.Loop(); n++ {
					press(r, []string{"j", "j", "j", "k"}[n%4])
					r.View()
				}
			})
		}
	}
	b.Run("sort", func(b *testing.B) { benchKey(b, r, modulesScreen, "s") })
	b.Run("show", func(b *testing.B) { benchKey(b, r, modulesScreen, "f") })
	b.Run("help", func(b *testing.B) {
		r.goTo(modulesScreen)
		press(r, "?")
		for n := 0; b.Loop(); n++ {
			press(r, []string{"a", "backspace"}[n%2])
			r.View()
		}
		press(r, "esc", "esc")
	})
}

func benchKey(b *testing.B, r *root, screen int, k string) {
	r.goTo(screen)
	for b.Loop() {
		press(r, k)
		r.View()
	}
}
