locals {
  labels = {
    "app.kubernetes.io/name"       = var.name
    "app.kubernetes.io/component"  = var.group
    "app.kubernetes.io/part-of"    = "redthread"
    "app.kubernetes.io/managed-by" = "terraform"
  }

  service_account = {
    apiVersion                   = "v1"
    kind                         = "ServiceAccount"
    metadata                     = merge(local.metadata, length(var.service_account_annotations) == 0 ? {} : { annotations = var.service_account_annotations })
    automountServiceAccountToken = false # no function talks to Kubernetes
  }

  metadata = { name = var.name, namespace = var.namespace, labels = local.labels }

  # Deleting the label of a private Service would publish it, so that it is always said.
  service = {
    apiVersion = "serving.knative.dev/v1"
    kind       = "Service"
    metadata = merge(local.metadata, {
      labels = merge(local.labels, var.public ? {} : { "networking.knative.dev/visibility" = "cluster-local" })
    })
    spec = {
      template = {
        metadata = {
          labels = local.labels
          annotations = merge({
            "autoscaling.knative.dev/min-scale" = tostring(var.scale.min)
            "autoscaling.knative.dev/max-scale" = tostring(var.scale.max)
          }, var.annotations)
        }
        spec = local.pod
      }
    }
  }

  pod = merge({
    serviceAccountName   = var.name
    containerConcurrency = var.scale.concurrency
    timeoutSeconds       = 60 # a function answers within 25 s; this long a request may take to end when its instance is stopped
    enableServiceLinks   = false
    containers           = [local.container]
    },
    length(var.pull_secrets) == 0 ? {} : { imagePullSecrets = [for name in var.pull_secrets : { name = name }] },
    length(local.volumes) == 0 ? {} : { volumes = local.volumes },
  )

  container = merge({
    image          = var.image
    ports          = [{ containerPort = 8080 }]
    env            = local.env
    readinessProbe = { httpGet = { path = "/readyz" } }
    livenessProbe  = { httpGet = { path = "/healthz" } }
    resources = {
      requests = { cpu = var.resources.cpu, memory = "${var.resources.memory_mi}Mi" }
      limits   = merge({ memory = "${var.resources.memory_limit_mi}Mi" }, var.resources.cpu_limit == null ? {} : { cpu = var.resources.cpu_limit })
    }
    # What the Pod Security Standard "restricted" demands, and a root that cannot be written to:
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    securityContext = {
      allowPrivilegeEscalation = false
      readOnlyRootFilesystem   = true
      runAsNonRoot             = true
      capabilities             = { drop = ["ALL"] }
      seccompProfile           = { type = "RuntimeDefault" }
    }
  }, length(local.mounts) == 0 ? {} : { volumeMounts = local.mounts })
}
