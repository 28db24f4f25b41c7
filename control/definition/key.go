package definition

// Prefixes of the store's keys. A watcher of APIPrefix sees every change that
// reaches the data plane: deployments come into force by their API's document.
const (
	APIPrefix        = "apis/"
	DeploymentPrefix = "deployments/"
	VPCLinkPrefix    = "vpclinks/"
)

// APIKey is the key of an API's document.
func APIKey(apiID string) string { return APIPrefix + apiID }

// DeploymentKey is the key of a snapshot.
func DeploymentKey(apiID, deploymentID string) string {
	return DeploymentPrefix + apiID + "/" + deploymentID
}

// VPCLinkKey is the key of a VPC link.
func VPCLinkKey(id string) string { return VPCLinkPrefix + id }

// ValidID reports whether id can be part of a key: 1 to 64 of [a-z0-9_-]. Ids
// from a client that fail it name nothing, whatever the store says.
func ValidID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
