locals {
  namespace_object = {
    apiVersion = "v1"
    kind       = "Namespace"
    metadata = {
      name = var.namespace
      labels = {
        "app.kubernetes.io/part-of"                  = "redthread"
        "app.kubernetes.io/managed-by"               = "terraform"
        "pod-security.kubernetes.io/enforce"         = "restricted"
        "pod-security.kubernetes.io/enforce-version" = "latest"
      }
    }
  }
}

resource "kubectl_manifest" "namespace" {
  count     = var.create_namespace ? 1 : 0
  yaml_body = yamlencode(local.namespace_object)
  wait      = true # until it is gone, when destroyed, with what Knative has made in it
}
