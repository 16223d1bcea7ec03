package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
)

// times is what was measured, by contender and then by round. The warm-up is left out.
type times map[string]map[int]sample

func readTimes(file string) (times, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := times{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var s sample
		_, err := fmt.Sscanf(lines.Text(), "%s\t%d\t%g\t%g\t%g\t%d", &s.name, &s.round, &s.wall, &s.user, &s.sys, &s.rss)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		if s.round == 0 {
			continue
		}
		if all[s.name] == nil {
			all[s.name] = map[int]sample{}
		}
		all[s.name][s.round] = s
	}
	return all, lines.Err()
}

// need fails where a limit speaks of a contender that did not run.
func (t times) need(names ...string) error {
	for _, name := range names {
		if len(t[name]) == 0 {
			return fmt.Errorf("%q was not measured", name)
		}
	}
	return nil
}

func (t times) median(name string, of func(sample) float64) float64 {
	var values []float64
	for _, s := range t[name] {
		values = append(values, of(s))
	}
	return median(values)
}

// ratio is the median of the ratios of the rounds. A noisy second hits both of a pair or is outvoted; the
// ratio of two medians would compare one second with another.
func (t times) ratio(name, peer string, of func(sample) float64) float64 {
	var values []float64
	for round, s := range t[name] {
		if p, ok := t[peer][round]; ok && of(p) > 0 {
			values = append(values, of(s)/of(p))
		}
	}
	return median(values)
}

func (t times) peakRSS(name string) int64 {
	var peak int64
	for _, s := range t[name] {
		peak = max(peak, s.rss)
	}
	return peak
}

func (t times) worst(name string, of func(sample) float64) float64 {
	var most float64
	for _, s := range t[name] {
		most = max(most, of(s))
	}
	return most
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

func wall(s sample) float64 { return s.wall }
func cpu(s sample) float64  { return s.cpu() }
