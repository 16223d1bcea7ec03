// Package process looks at which programs run on this machine, as far as the system lets this user see.
//
// It reads the process table that the kernel shows as files, where it does (Linux); elsewhere nothing is known, and
// the package says so. Of a process it reads what it was started as and with (program, command line, environment), where it
// stands and what it has open; never its memory. It never waits for one and never signals one.
package process

// Programs lists the files that running processes were started from, absolute, each once, sorted. It is empty where
// the system does not tell. A program that was replaced or removed since is listed under the path that it had.
func Programs() []string { return programs() }
