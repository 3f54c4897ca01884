variable "namespace" {
  description = "Namespace of the suite."
  type        = string
  default     = "redthread"
}

variable "create_namespace" {
  description = "Whether the namespace is made here, held to the Pod Security Standard restricted."
  type        = bool
  default     = true
}

variable "image" {
  description = "Image that serves the functions, with a tag or digest: make image pushes it."
  type        = string
}

variable "pull_secrets" {
  description = "Names of the Secrets of the namespace with which the image is pulled."
  type        = list(string)
  default     = []
}

variable "store" {
  description = "Where documents are: the output store of a store module. Either a url without a password or a secret that holds it; env and secrets are what the client needs beside it."
  type = object({
    url     = optional(string)
    secret  = optional(object({ name = string, key = string }))
    env     = optional(map(string), {})
    secrets = optional(map(object({ name = string, key = string })), {})
  })
}

variable "settings" {
  description = "Settings for every function that has them, e.g. PUBLIC_URL."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Secret settings for every function that has them, by the Secret and the key in it, e.g. LINK_KEY and IDENTITY_KEY."
  type        = map(object({ name = string, key = string }))
  default     = {}
}

variable "functions" {
  description = "What is different for single functions, by name: whether there is one, its image, settings, secrets, scale, resources, environment, files, service account, and whether it can be reached from outside."
  type = map(object({
    enabled                     = optional(bool, true)
    image                       = optional(string)
    settings                    = optional(map(string), {})
    secrets                     = optional(map(object({ name = string, key = string })), {})
    scale                       = optional(object({ min = optional(number), max = optional(number), concurrency = optional(number) }), {})
    resources                   = optional(object({ cpu = optional(string, "25m"), memory_mi = optional(number, 32), memory_limit_mi = optional(number, 256), cpu_limit = optional(string) }))
    env                         = optional(map(string), {})
    service_account_annotations = optional(map(string), {})
    annotations                 = optional(map(string), {})
    files                       = optional(map(object({ secret = optional(string), config_map = optional(string) })), {})
    public                      = optional(bool, false)
  }))
  default = {}
}

variable "resources" {
  description = "What an instance asks for, and the memory it may not exceed, in Mi."
  type        = object({ cpu = optional(string, "25m"), memory_mi = optional(number, 32), memory_limit_mi = optional(number, 256), cpu_limit = optional(string) })
  default     = {}
}

variable "env" {
  description = "Environment variables of all functions, e.g. OTEL_EXPORTER_OTLP_ENDPOINT."
  type        = map(string)
  default     = {}
}

variable "annotations" {
  description = "Annotations of all functions' revisions, e.g. autoscaling.knative.dev/window."
  type        = map(string)
  default     = {}
}

variable "service_accounts" {
  description = "Annotations of the functions' service accounts, by function: the output service_accounts of a store module."
  type        = map(map(string))
  default     = {}
}

variable "outbox" {
  description = "Where channels without a provider write files: { claim = NAME } of a PersistentVolumeClaim that user 65532 may write to, or {} for folders that end with their instances, to try it out. null: nowhere, and such a channel does not start."
  type        = object({ claim = optional(string) })
  default     = null
}

variable "broker" {
  description = "The broker: its name, its class (in-memory, kafka or rabbitmq), what that needs, and the schedule of the timers. See modules/broker."
  type = object({
    name     = optional(string, "redthread")
    class    = optional(string, "in-memory")
    kafka    = optional(object({ bootstrap_servers = string, partitions = optional(number, 10), replicas = optional(number, 3), auth_secret = optional(string) }))
    rabbitmq = optional(object({ cluster = string, namespace = string, queue = optional(string, "quorum"), parallelism = optional(number, 50) }))
    timers   = optional(string, "* * * * *")
    ingress  = optional(string)
    domain   = optional(string, "cluster.local")
  })
  default = {}
}

variable "delivery" {
  description = "How deliveries that fail are repeated, before they are dead letters: how often, exponential or linear, the first pause (ISO 8601), and how long an answer may take."
  type = object({
    retry         = optional(number, 10)
    backoffPolicy = optional(string, "exponential")
    backoffDelay  = optional(string, "PT0.2S")
    timeout       = optional(string)
  })
  default = {}
}

variable "manifests" {
  description = "Folder of the functions, GROUP/NAME/function.yaml; null: that of this repository."
  type        = string
  default     = null
}
