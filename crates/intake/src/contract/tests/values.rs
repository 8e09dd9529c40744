//! The values that policies may compare with are those that normalisation gives.

use policy::FieldType;
use policy::field::normalised_values;

use crate::normalise::bands;
use crate::normalise::number::Amount;
use crate::normalise::title::{Department, Seniority};

#[test]
fn titles_give_the_values_that_policies_know() {
    let seniorities: Vec<&str> = Seniority::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(seniorities, normalised_values(FieldType::Title, "seniority"));
    let departments: Vec<&str> = Department::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(departments, normalised_values(FieldType::Title, "department"));
}

#[test]
fn bands_are_those_that_policies_know() {
    let amounts = || (0..48).map(|it| Amount::Exactly(f64::from(2).powi(it)));
    let mut employees: Vec<&str> =
        amounts().filter_map(|it| bands::employees(it).ok()).map(|it| it.value).collect();
    employees.dedup();
    assert_eq!(employees, normalised_values(FieldType::Employees, "band"));
    let mut revenues: Vec<&str> =
        amounts().filter_map(|it| bands::revenue(it).ok()).map(|it| it.value).collect();
    revenues.dedup();
    assert_eq!(revenues, normalised_values(FieldType::Revenue, "band"));
}
