package toolchain

import "path/filepath"

var sourceConda = Source{
	Name: "conda",
	Doc:  "conda, mamba: $CONDA_PREFIX/go, and the environments below the usual prefixes",
	Find: func(m *Machine) []Candidate {
		prefixes := []string{m.Dir("CONDA_PREFIX"), m.Dir("MAMBA_ROOT_PREFIX"), m.Sys("/opt/conda")}
		for _, name := range []string{"miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda"} {
			prefixes = append(prefixes, m.InHome(name))
		}
		var roots []string
		for _, prefix := range distinct(prefixes) {
			roots = append(roots, filepath.Join(prefix, "go"))
			roots = append(roots, m.Below(filepath.Join(prefix, "envs"), visible, "go")...)
		}
		return owned("conda", roots...)
	},
}
