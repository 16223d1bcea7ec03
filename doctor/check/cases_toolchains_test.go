package check

var toolchainsCases = []labCase{}
