variable "name" {
  description = "Name of the function: that of its folder, its Knative Service and its service account."
  type        = string
  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name))
    error_message = "name is ${var.name}; expected 1 to 40 small letters, digits and hyphens."
  }
}

variable "group" {
  description = "Group of the function: intake, flows, channels, insight or desk. Flows get events of known customers only."
  type        = string
  validation {
    condition     = contains(["intake", "flows", "channels", "insight", "desk"], var.group)
    error_message = "group is ${var.group}; expected intake, flows, channels, insight or desk."
  }
}

variable "namespace" {
  description = "Namespace of its objects. It must exist."
  type        = string
}

variable "image" {
  description = "Image that serves the functions (infra/knative), with a tag or digest."
  type        = string
  validation {
    condition     = can(regex("(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "image is ${var.image}; expected a tag other than latest, or a digest, so that what runs is what was tested."
  }
}

variable "store" {
  description = "Where documents are: a url without a password, or a secret that holds the whole url; env and secrets are what its client needs beside it, e.g. PGPASSWORD. The store modules output it."
  type = object({
    url     = optional(string)
    secret  = optional(object({ name = string, key = string }))
    env     = optional(map(string), {})
    secrets = optional(map(object({ name = string, key = string })), {})
  })
  validation {
    condition     = (var.store.url == null) != (var.store.secret == null)
    error_message = "store needs either url or secret."
  }
  validation {
    condition     = !can(regex("://[^/@]*:[^/@]+@", var.store.url))
    error_message = "store.url holds a password; put the url into a Secret and name that in store.secret."
  }
}

variable "triggers" {
  description = "Which events it gets: all of a type (any when empty) for which the CESQL filter holds (all when empty), as in its function.yaml."
  type        = list(object({ type = optional(string, ""), filter = optional(string, "") }))
}

variable "emits" {
  description = "Types of the events it sends, for the registry of event types."
  type        = list(string)
  default     = []
}

variable "settings" {
  description = "Settings, by name. Empty ones are left out: the function has its own defaults."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Settings that are secret: the Secret and the key in it, by the setting's name."
  type        = map(object({ name = string, key = string }))
  default     = {}
}

variable "env" {
  description = "Further environment variables, e.g. OTEL_EXPORTER_OTLP_ENDPOINT."
  type        = map(string)
  default     = {}
}

variable "scale" {
  description = "Bounds of its scale: instances from min to max (0: no bound), and how many requests one takes at a time (0: no bound)."
  type        = object({ min = optional(number, 0), max = optional(number, 0), concurrency = optional(number, 0) })
  default     = {}
}

variable "resources" {
  description = "What an instance asks for, and the memory it may not exceed, in Mi. Go is told to stay a tenth below that."
  type        = object({ cpu = optional(string, "25m"), memory_mi = optional(number, 32), memory_limit_mi = optional(number, 256), cpu_limit = optional(string) })
  default     = {}
}

variable "broker" {
  description = "Broker of its triggers, and the address of the broker's ingress, where it sends events (K_SINK)."
  type        = object({ name = string, ingress = string, trigger_annotations = optional(map(string), {}) })
}

variable "delivery" {
  description = "How deliveries that fail are repeated: how often, exponential or linear, and the first pause (ISO 8601)."
  type = object({
    retry         = optional(number, 10)
    backoffPolicy = optional(string, "exponential")
    backoffDelay  = optional(string, "PT0.2S")
    timeout       = optional(string)
  })
  default = {}
}

variable "dead_letters" {
  description = "Knative Service in the namespace that keeps what was given up; null: the broker's."
  type        = string
  default     = null
}

variable "outbox" {
  description = "Where channels without a provider write files: a claim (PersistentVolumeClaim that user 65532 may write to; Knative's feature kubernetes.podspec-persistent-volume-claim must be on), or {} for a folder that ends with the instance. null: nowhere, and such a channel does not start."
  type        = object({ claim = optional(string) })
  default     = null
}

variable "files" {
  description = "Secrets and ConfigMaps whose keys are files in /files/NAME, for settings that name a file: NAME = { secret = … } or { config_map = … }."
  type        = map(object({ secret = optional(string), config_map = optional(string) }))
  default     = {}
  validation {
    condition     = alltrue([for name, f in var.files : (f.secret == null) != (f.config_map == null) && can(regex("^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$", name))])
    error_message = "files: expected NAME = { secret = … } or NAME = { config_map = … }, the name of small letters, digits and hyphens."
  }
}

variable "public" {
  description = "Whether it can be reached from outside the cluster. Whoever can reach it can also post events to it: put a gateway before it that lets its pages through only."
  type        = bool
  default     = false
}

variable "service_account_annotations" {
  description = "Annotations of its service account: how a cloud knows it (eks.amazonaws.com/role-arn, iam.gke.io/gcp-service-account)."
  type        = map(string)
  default     = {}
}

variable "annotations" {
  description = "Further annotations of its revisions, e.g. autoscaling.knative.dev/window."
  type        = map(string)
  default     = {}
}

variable "pull_secrets" {
  description = "Names of the Secrets with which the image is pulled."
  type        = list(string)
  default     = []
}
