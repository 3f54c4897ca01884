# A plan calls nobody: the provider gives its schema only.
mock_provider "google" {
  override_data {
    target = data.google_project.cluster
    values = { number = "123456789012" }
  }
}

variables {
  project     = "shop-production"
  location    = "europe-north1"
  collections = ["journal", "threads"]
  functions   = ["collect", "email"]
}

run "one_database_that_is_protected_and_can_be_restored" {
  command = plan
  assert {
    condition = (google_firestore_database.documents.name == "redthread" && google_firestore_database.documents.location_id == "europe-north1" &&
    google_firestore_database.documents.type == "FIRESTORE_NATIVE" && google_firestore_database.documents.concurrency_mode == "OPTIMISTIC")
    error_message = google_firestore_database.documents.type
  }
  assert {
    condition     = google_firestore_database.documents.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = google_firestore_database.documents.point_in_time_recovery_enablement
  }
  assert {
    condition     = google_firestore_database.documents.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.documents.deletion_policy == "ABANDON"
    error_message = google_firestore_database.documents.delete_protection_state
  }
  assert {
    condition     = google_project_service.firestore.service == "firestore.googleapis.com" && !google_project_service.firestore.disable_on_destroy
    error_message = "others of the project may use Firestore too"
  }
  assert {
    condition     = output.store == { url = "firestore://shop-production/redthread", secret = null, env = {}, secrets = {} }
    error_message = jsonencode(output.store)
  }
}

run "protection_and_recovery_are_switched_off_when_it_is_said" {
  command = plan
  variables {
    deletion_protection    = false
    point_in_time_recovery = false
  }
  assert {
    condition     = google_firestore_database.documents.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_DISABLED"
    error_message = google_firestore_database.documents.point_in_time_recovery_enablement
  }
  assert {
    condition     = google_firestore_database.documents.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.documents.deletion_policy == "DELETE"
    error_message = google_firestore_database.documents.delete_protection_state
  }
}

run "the_indexes_and_fields_of_the_layout" {
  command = plan
  variables {
    prefix = "shop-"
  }
  assert {
    condition     = { for name, i in google_firestore_index.sorted : name => { collection = i.collection, fields = [for f in i.fields : { path = f.field_path, order = f.order }] } } == module.layout.indexes
    error_message = jsonencode(google_firestore_index.sorted["threads-up"].fields)
  }
  assert {
    condition     = length(google_firestore_index.sorted) == 4 && alltrue([for i in google_firestore_index.sorted : i.database == "redthread" && i.query_scope == "COLLECTION"])
    error_message = jsonencode(keys(google_firestore_index.sorted))
  }
  assert {
    condition     = { for name, f in google_firestore_field.exempt : name => { collection = f.collection, field = f.field, ttl = length(f.ttl_config) == 1 } } == module.layout.fields
    error_message = jsonencode(keys(google_firestore_field.exempt))
  }
  assert {
    condition     = length(google_firestore_field.exempt) == 10 && alltrue([for f in google_firestore_field.exempt : length(f.index_config) == 1 && length(f.index_config[0].indexes) == 0])
    error_message = "exempt is who has a configuration with no index in it"
  }
  assert {
    condition     = output.store.url == "firestore://shop-production/redthread?prefix=shop-"
    error_message = output.store.url
  }
}

run "each_function_has_access_to_this_database_only" {
  command = plan
  variables {
    database        = "letters"
    namespace       = "red"
    cluster_project = "shop-clusters"
  }
  assert {
    condition     = { for name, m in google_project_iam_member.documents : name => m.role } == { collect = "roles/datastore.user", email = "roles/datastore.user" }
    error_message = jsonencode(keys(google_project_iam_member.documents))
  }
  assert {
    condition     = google_project_iam_member.documents["email"].member == "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/shop-clusters.svc.id.goog/subject/ns/red/sa/email"
    error_message = google_project_iam_member.documents["email"].member
  }
  assert {
    condition = (google_project_iam_member.documents["email"].project == "shop-production" &&
    google_project_iam_member.documents["email"].condition[0].expression == "resource.name == \"projects/shop-production/databases/letters\"")
    error_message = google_project_iam_member.documents["email"].condition[0].expression
  }
}

run "a_database_s_name_is_small_letters_and_digits" {
  command = plan
  variables {
    database = "Red"
  }
  expect_failures = [var.database]
}
