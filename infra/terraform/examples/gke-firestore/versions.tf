terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.30.0, < 8.0.0"
    }
    kubectl = {
      source  = "gavinbunney/kubectl"
      version = "1.19.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

# The cluster, as who applies this is known to Google.
provider "kubectl" {
  host                   = "https://${data.google_container_cluster.cluster.endpoint}"
  cluster_ca_certificate = base64decode(data.google_container_cluster.cluster.master_auth[0].cluster_ca_certificate)
  token                  = data.google_client_config.here.access_token
  load_config_file       = false
  apply_retry_count      = 5 # Knative's webhooks may be late to answer
}
