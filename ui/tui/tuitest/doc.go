// Package tuitest runs a program in a real pseudo-terminal with an emulated screen, for tests and for
// pictures: what a person would see, and what the terminal was left like.
//
// Start gives a Terminal. Keys and Type press keys; WaitText, WaitFor and WaitIdle watch the screen; Screen,
// Cells, Cursor and Title say what is on it; Modes, Output and Usage what the program did to get there. The
// terminal answers queries (device attributes, modes, cursor position, colours) as a real one does, so that
// a program that asks takes the way it takes at a desk.
//
// A program is always driven by what is on its screen, never by sleeping. It is a session leader with the
// terminal as its controlling one, as in a terminal window: it gets SIGWINCH and a hang-up. With
// Options.Shell it is a job of an interactive shell, which is what ctrl+z and fg need.
//
// Limits: keys are sent as xterm sends them, whatever keyboard protocol the program asked for. A combining
// mark behind an ASCII letter is lost on the emulated screen. There are no pseudo-terminals of this kind
// on Windows: there the package is empty, and what needs it carries the build tag unix.
package tuitest
