package check

var settingsCases = []labCase{}
