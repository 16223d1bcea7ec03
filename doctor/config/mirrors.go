package config

import "net/url"

// mirrors takes addresses of module proxies, and warns of what is none. The warning does not show them: they may hold passwords.
func (r *reader) mirrors(line int, list []string) {
	if list != nil && r.layer != Pins {
		r.Mirrors = nil // those of another file
	}
	for i, m := range list {
		if u, err := url.Parse(m); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			r.warn(line, "mirrors: number %d is no address like https://proxy.example.com", i+1)
			continue
		}
		r.Mirrors = append(r.Mirrors, m)
	}
}
