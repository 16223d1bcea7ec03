package check

var networkCases = []labCase{}
