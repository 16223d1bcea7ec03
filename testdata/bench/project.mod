module example.com/bigproject

go 1.26.7

require (
	github.com/argoproj/argo-cd/v2 v2.14.21
	github.com/caddyserver/caddy/v2 v2.11.9
	github.com/containerd/containerd v1.7.35
	github.com/gohugoio/hugo v0.162.0
	github.com/golangci/golangci-lint v1.64.8
	github.com/goreleaser/goreleaser v1.26.2
	github.com/hashicorp/terraform v1.8.5
	github.com/hashicorp/vault v1.21.4
	github.com/influxdata/telegraf v1.37.2
	github.com/prometheus/prometheus v0.316.0
	github.com/pulumi/pulumi/sdk/v3 v3.270.0
	go.etcd.io/etcd/server/v3 v3.6.12
	helm.sh/helm/v3 v3.22.0
	k8s.io/client-go v0.37.1
)
replace github.com/SAP/go-hdb => ../stub
replace github.com/go-git/go-billy/v6 => ../stub
replace github.com/go-git/go-git/v6 => ../stub
replace github.com/google/pprof => ../stub
replace github.com/hashicorp/nomad/api => ../stub
replace github.com/pb33f/go-yaml => ../stub
replace github.com/pb33f/jsonschema/v6 => ../stub
replace github.com/prometheus/client_golang/exp => ../stub
replace github.com/pulumi/pulumi-cloud-sdk/go => ../stub
replace github.com/tdrn-org/go-tr064 => ../stub
replace k8s.io/streaming => ../stub
