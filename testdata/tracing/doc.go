// Package tracing stops a program before the nth call by which it changes the disk, and kills it there, or lets the call fail.
//
// strace counts a thread's calls, and the Go runtime spreads them over threads as it likes. To stop a program before each single
// change of the disk this tracer counts the calls of all its threads and children together. A filter (seccomp) that the program
// starts with makes only such calls stop; everything else runs at full speed. It needs Linux on amd64, and no root: who uses
// it runs itself once more, as the tracer, which is the parent of the program.
package tracing
