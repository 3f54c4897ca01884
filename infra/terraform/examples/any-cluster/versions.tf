terraform {
  required_version = ">= 1.9"
  required_providers {
    kubectl = {
      source  = "gavinbunney/kubectl"
      version = "1.19.0"
    }
  }
}

# The cluster of the kubeconfig, and of its current context unless one is named.
provider "kubectl" {
  load_config_file  = true
  config_path       = var.kubeconfig
  config_context    = var.context
  apply_retry_count = 5 # Knative's webhooks may be late to answer
}
