package gocmd

const executable = ".exe"
