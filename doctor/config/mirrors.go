package config

import "net/url"

// mirrors takes addresses of module proxies, and warns of what is none. The warning does not show them: they may hold passwords.
func (r *reader) mirrors(list []string) {
	for i, m := range list {
		if u, err := url.Parse(m); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			r.warn(r.lines["mirrors"], "mirrors: number %d is no address like https://proxy.example.com", i+1)
			continue
		}
		r.Mirrors = append(r.Mirrors, m)
	}
}
